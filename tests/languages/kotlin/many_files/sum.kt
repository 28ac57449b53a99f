package arithmetic

fun sum(a: Long, b: Long) = a + b
