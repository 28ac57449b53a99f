using System.Numerics;

static class Sums
{
    public static BigInteger Sum(long a, long b) => new BigInteger(a) + b;
}
