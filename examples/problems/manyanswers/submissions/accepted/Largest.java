// The largest chore that may be done comes first.
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Scanner;

public class Largest {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        int n = in.nextInt();
        List<List<Integer>> after = new ArrayList<>();
        for (int chore = 0; chore <= n; chore++) {
            after.add(new ArrayList<>());
        }
        int[] waitsFor = new int[n + 1];
        for (int m = in.nextInt(); m > 0; m--) {
            int a = in.nextInt();
            int b = in.nextInt();
            after.get(a).add(b);
            waitsFor[b]++;
        }
        PriorityQueue<Integer> ready = new PriorityQueue<>(Comparator.reverseOrder());
        for (int chore = 1; chore <= n; chore++) {
            if (waitsFor[chore] == 0) {
                ready.add(chore);
            }
        }
        StringBuilder order = new StringBuilder();
        int done = 0;
        for (; !ready.isEmpty(); done++) {
            int next = ready.remove();
            order.append(next).append('\n');
            for (int chore : after.get(next)) {
                if (--waitsFor[chore] == 0) {
                    ready.add(chore);
                }
            }
        }
        System.out.println(done == n ? order.toString() : "impossible");
    }
}
