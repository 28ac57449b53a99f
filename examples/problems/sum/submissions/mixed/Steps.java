// @EXPECTED_RESULTS@: OUTPUT-LIMIT
// A line of blanks for every step of adding one at a time; the comparison skips blanks.
import java.util.Scanner;

public class Steps {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        long a = in.nextLong();
        long b = in.nextLong();
        String blanks = " ".repeat(1024);
        for (; b > 0; b--, a++) {
            System.out.println(blanks);
        }
        System.out.println(a + b);
    }
}
