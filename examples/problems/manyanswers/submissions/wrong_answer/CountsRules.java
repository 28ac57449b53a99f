// Sorts the chores by the number of rules they wait for: no order at all.
import java.util.Comparator;
import java.util.Scanner;
import java.util.stream.IntStream;

public class CountsRules {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int n = in.nextInt();
        int[] waitsFor = new int[n + 1];
        for (int m = in.nextInt(); m > 0; m--) {
            in.nextInt();
            waitsFor[in.nextInt()]++;
        }
        IntStream.rangeClosed(1, n)
                .boxed()
                .sorted(Comparator.comparing(chore -> waitsFor[chore]))
                .forEach(System.out::println);
    }
}
