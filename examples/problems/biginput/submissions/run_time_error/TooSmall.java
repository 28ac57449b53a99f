// Room for a thousand numbers: ArrayIndexOutOfBoundsException.
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.stream.IntStream;

public class TooSmall {
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        int[] numbers = new int[1000];
        int n = Integer.parseInt(in.readLine());
        for (int i = 0; i < n; i++) {
            numbers[i] = Integer.parseInt(in.readLine());
        }
        System.out.println(IntStream.of(numbers).reduce(0, (a, b) -> a ^ b));
    }
}
