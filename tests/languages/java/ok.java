import java.io.*;
import java.util.*;
import java.util.stream.*;

public class Main {
    record Pair(long a, long b) {}

    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        long[] numbers = Arrays.stream(in.readLine().split(" ")).mapToLong(Long::parseLong).toArray();
        Pair pair = new Pair(numbers[0], numbers[1]);
        System.out.println(LongStream.of(pair.a(), pair.b()).parallel().sum());
    }
}
