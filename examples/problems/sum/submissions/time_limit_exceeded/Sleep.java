// Sleeps |b| milliseconds, at most a day, before it answers.
import java.util.Scanner;

public class Sleep {
    public static void main(String[] args) throws InterruptedException {
        Scanner in = new Scanner(System.in);
        long a = in.nextLong();
        long b = in.nextLong();
        Thread.sleep(Math.min(Math.abs(b), 86_400_000));
        System.out.println(a + b);
    }
}
