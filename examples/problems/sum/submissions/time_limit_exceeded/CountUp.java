// Adds one at a time; volatile, so that the compiler cannot add at once.
import java.util.Scanner;

public class CountUp {
    private static volatile long sum;

    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        sum = in.nextLong();
        long b = in.nextLong();
        int step = b < 0 ? -1 : 1;
        for (; b != 0; b -= step) {
            sum += step;
        }
        System.out.println(sum);
    }
}
