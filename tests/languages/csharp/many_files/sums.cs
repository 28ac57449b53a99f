static class Sums
{
    public static long Sum(long a, long b) => a + b;
}
