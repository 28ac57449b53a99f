// Right number, but not alone on its line.
import java.util.Scanner;

public class Wordy {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        System.out.println("The sum is " + (in.nextLong() + in.nextLong()));
    }
}
