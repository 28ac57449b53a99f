import java.util.Scanner;

public class Main {
    static long climb(int depth) {
        return depth == 0 ? 0 : 1 + climb(depth - 1);
    }

    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        long rest = climb(200_000) - 200_000;
        System.out.println(in.nextLong() + in.nextLong() + rest);
    }
}
