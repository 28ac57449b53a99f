// NumberFormatException on the large case.
import java.util.Scanner;

public class ParseInt {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        System.out.println(Integer.parseInt(in.next()) + Integer.parseInt(in.next()));
    }
}
