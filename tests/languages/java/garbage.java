import java.util.Scanner;

/** Makes 3 GB of garbage, a part of which lives long enough to grow old. */
public class Main {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        byte[][] blocks = new byte[3000][];
        for (int i = 0; i < 300_000; i++) blocks[i % blocks.length] = new byte[10_000];
        System.out.println(in.nextLong() + in.nextLong());
    }
}
