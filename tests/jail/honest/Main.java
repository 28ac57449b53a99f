import java.io.*;
import java.net.*;
import java.nio.channels.FileChannel;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.stream.*;

/** Streams, a pool, parallel streams, files, a child, sleeping, a file channel, a refused socket. */
public class Main {
    public static void main(String[] args) throws Exception {
        long sum = 0;
        Scanner in = new Scanner(System.in);
        while (in.hasNextLong()) sum += in.nextLong();
        ExecutorService pool = Executors.newFixedThreadPool(2);
        pool.submit(() -> 42).get();
        pool.shutdown();
        pool.awaitTermination(1, TimeUnit.SECONDS);
        IntStream.range(0, 1_000_000).parallel().mapToLong(i -> i).sum();
        Path file = Files.createTempFile("a", "b");
        Files.writeString(file, "x".repeat(100_000));
        try (FileChannel from = FileChannel.open(file);
                FileChannel to = FileChannel.open(Path.of("copy"), StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE)) {
            from.transferTo(0, from.size(), to);
        }
        Files.copy(file, Path.of("copy2"), StandardCopyOption.REPLACE_EXISTING);
        Files.delete(Path.of("copy"));
        Files.delete(Path.of("copy2"));
        Files.delete(file);
        Thread.sleep(1);
        new Random().nextInt();
        new java.security.SecureRandom().nextInt();
        new ProcessBuilder("/bin/true").start().waitFor();
        try (Socket socket = new Socket("127.0.0.1", 9)) {
            sum++;
        } catch (IOException refused) {
            // No network: an honest program sees an exception.
        }
        byte[][] blocks = new byte[64][];
        for (int i = 0; i < 500; i++) blocks[i % 64] = new byte[1 << 20];
        System.gc();
        System.out.println(sum + " 42");
    }
}
