// Reading, a thread, sequences, a file.
import java.io.File
import kotlin.concurrent.thread

fun main() {
    val sum = generateSequence(::readLine).flatMap { it.split(" ").asSequence() }
        .filter { it.isNotBlank() }.map { it.trim().toLong() }.sum()
    var value = 0
    thread { Thread.sleep(1); value = 42 }.join()
    File("scratch.txt").writeText("x".repeat(100_000))
    File("scratch.txt").copyTo(File("copy.txt"), overwrite = true)
    File("copy.txt").delete()
    File("scratch.txt").delete()
    println("$sum $value")
}
