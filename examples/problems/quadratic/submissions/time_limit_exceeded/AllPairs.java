// Looks at every pair: 8 * 10^10 of them.
import java.util.Scanner;

public class AllPairs {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        long[] numbers = new long[in.nextInt()];
        long number = in.nextLong();
        long distance = in.nextLong();
        long pairs = 0;
        for (int i = 0; i < numbers.length; i++) {
            for (int j = 0; j < i; j++) {
                if (Math.abs(number - numbers[j]) <= distance) {
                    pairs++;
                }
            }
            numbers[i] = number;
            number = number * 16807 % 2147483647;
        }
        System.out.println(pairs);
    }
}
