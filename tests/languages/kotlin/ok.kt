data class Pair2(val a: Long, val b: Long)

fun main() {
    val (a, b) = readLine()!!.split(" ").map(String::toLong)
    val pair = Pair2(a, b)
    println(listOf(pair.a, pair.b).sum())
}
