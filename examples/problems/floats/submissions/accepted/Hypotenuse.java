import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;

public class Hypotenuse {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        StringBuilder out = new StringBuilder();
        for (int n = Integer.parseInt(in.readLine()); n > 0; n--) {
            String[] sides = in.readLine().split(" ");
            double a = Double.parseDouble(sides[0]);
            double b = Double.parseDouble(sides[1]);
            out.append(Math.sqrt(a * a + b * b)).append('\n');
        }
        System.out.print(out);
    }
}
