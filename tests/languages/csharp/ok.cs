using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;

class Program
{
    static void Main()
    {
        var numbers = Console.ReadLine().Split(' ').Select(long.Parse).ToList();
        var seen = new SortedSet<long>(numbers);
        var queue = new Queue<long>(numbers);
        long sum = Task.Run(() => queue.Sum()).Result;
        Console.WriteLine(seen.Count > 0 ? sum : -1);
    }
}
