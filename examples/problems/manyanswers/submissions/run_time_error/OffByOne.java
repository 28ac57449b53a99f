// No room for the last chore: ArrayIndexOutOfBoundsException.
import java.util.Scanner;

public class OffByOne {
    public static void main(String[] args) {
        int n = new Scanner(System.in).nextInt();
        int[] waitsFor = new int[n];
        for (int chore = 1; chore <= n; chore++) {
            waitsFor[chore] = 0;
        }
    }
}
