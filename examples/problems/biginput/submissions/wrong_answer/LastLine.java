// Guesses that the last number is the lonely one.
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

public class LastLine {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        String last = "";
        for (String line; (line = in.readLine()) != null;) {
            last = line;
        }
        System.out.println(last);
    }
}
