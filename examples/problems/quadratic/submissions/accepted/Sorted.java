import java.util.Arrays;
import java.util.Scanner;

public class Sorted {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        long[] numbers = new long[in.nextInt()];
        long number = in.nextLong();
        long distance = in.nextLong();
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number;
            number = number * 16807 % 2147483647;
        }
        Arrays.sort(numbers);
        long pairs = 0;
        int first = 0;
        for (int i = 0; i < numbers.length; i++) {
            while (numbers[i] - numbers[first] > distance) {
                first++;
            }
            pairs += i - first;
        }
        System.out.println(pairs);
    }
}
