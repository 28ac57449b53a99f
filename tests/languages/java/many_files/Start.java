package arithmetic;

import java.util.Scanner;

// class Wrong { public static void main(String[] args) {} }
public class Start {
    public static void main(String... args) {
        Scanner in = new Scanner(System.in);
        System.out.println(Sum.of(in.nextLong(), in.nextLong()));
    }
}
