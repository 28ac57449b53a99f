// Expects whole numbers: InputMismatchException at 1.5.
import java.util.Scanner;

public class WholeNumbers {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        for (int n = in.nextInt(); n > 0; n--) {
            System.out.println(Math.hypot(in.nextInt(), in.nextInt()));
        }
    }
}
