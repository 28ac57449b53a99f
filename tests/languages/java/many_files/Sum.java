package arithmetic;

public class Sum {
    public static long of(long a, long b) {
        return a + b;
    }
}
