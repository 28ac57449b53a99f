using System;

public static class Sorted
{
    public static void Main()
    {
        long[] given = Array.ConvertAll(Console.ReadLine().Split(' '), long.Parse);
        var numbers = new long[given[0]];
        long number = given[1];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = number;
            number = number * 16807 % 2147483647;
        }
        Array.Sort(numbers);
        long pairs = 0;
        int first = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            while (numbers[i] - numbers[first] > given[2])
            {
                first++;
            }
            pairs += i - first;
        }
        Console.WriteLine(pairs);
    }
}
