// @EXPECTED_RESULTS@: MEMORY-LIMIT
// Keeps a tally of b marks in memory.
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Scanner;

public class Tally {
    private static final int MARKS = 1 << 20;

    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        long a = in.nextLong();
        long b = in.nextLong();
        List<byte[]> tally = new ArrayList<>();
        for (long left = b; left >= MARKS; left -= MARKS) {
            byte[] marks = new byte[MARKS];
            Arrays.fill(marks, (byte) '|');
            tally.add(marks);
        }
        System.out.println(a + b);
    }
}
