// Newton's method until the square is exact: no double squared is 2.
import java.util.Locale;
import java.util.Scanner;

public class Newton {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in).useLocale(Locale.ROOT);
        for (int n = in.nextInt(); n > 0; n--) {
            double a = in.nextDouble();
            double b = in.nextDouble();
            double square = a * a + b * b;
            double root = square;
            while (root * root != square) {
                root = (root + square / root) / 2;
            }
            System.out.println(root);
        }
    }
}
