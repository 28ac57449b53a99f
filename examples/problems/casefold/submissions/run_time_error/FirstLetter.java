// Looks at the first letter of a line that may have none: StringIndexOutOfBoundsException.
import java.util.Scanner;

public class FirstLetter {
    public static void main(String[] args) {
        Scanner in = new Scanner(System.in);
        while (in.hasNextLine()) {
            StringBuilder line = new StringBuilder(in.nextLine());
            for (int i = line.length() - 1; i > 0; i--) {
                line.setCharAt(i, swap(line.charAt(i)));
            }
            line.setCharAt(0, swap(line.charAt(0)));
            System.out.println(line);
        }
    }

    private static char swap(char letter) {
        return Character.isUpperCase(letter)
                ? Character.toLowerCase(letter)
                : Character.toUpperCase(letter);
    }
}
