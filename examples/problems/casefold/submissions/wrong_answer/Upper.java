// Makes capitals of all letters.
import java.io.IOException;

public class Upper {
    public static void main(String[] args) throws IOException {
        System.out.print(new String(System.in.readAllBytes()).toUpperCase());
    }
}
