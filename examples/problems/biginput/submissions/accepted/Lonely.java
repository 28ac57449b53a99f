import java.io.IOException;
import java.io.InputStream;

public class Lonely {
    private static final byte[] BUFFER = new byte[1 << 16];
    private static int length;
    private static int position;

    public static void main(String[] args) throws IOException {
        int lonely = 0;
        for (int n = readNumber(System.in); n > 0; n--) {
            lonely ^= readNumber(System.in);
        }
        System.out.println(lonely);
    }

    private static int readNumber(InputStream in) throws IOException {
        int number = 0;
        for (int next = readByte(in); next >= '0'; next = readByte(in)) {
            number = 10 * number + (next - '0');
        }
        return number;
    }

    private static int readByte(InputStream in) throws IOException {
        if (position == length) {
            length = in.read(BUFFER);
            position = 0;
        }
        return length <= 0 ? -1 : BUFFER[position++];
    }
}
