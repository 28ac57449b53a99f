// OverflowException on the large case.
using System;

public static class Uncaught
{
    public static void Main()
    {
        string[] parts = Console.ReadLine().Split(' ');
        Console.WriteLine(int.Parse(parts[0]) + int.Parse(parts[1]));
    }
}
