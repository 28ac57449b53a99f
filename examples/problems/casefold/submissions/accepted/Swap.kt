fun main() {
    generateSequence(::readLine).forEach { line ->
        println(line.map { if (it.isUpperCase()) it.toLowerCase() else it.toUpperCase() }.joinToString(""))
    }
}
