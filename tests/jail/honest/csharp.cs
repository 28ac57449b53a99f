// Tasks, threads, a file, a child, sleeping, a refused connection.
using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

public class Program
{
    public static void Main()
    {
        long sum = Console.In.ReadToEnd().Split((char[])null, StringSplitOptions.RemoveEmptyEntries).Sum(w => long.Parse(w));
        int value = Task.Run(() => 42).Result;
        var thread = new Thread(() => Thread.Sleep(1));
        thread.Start();
        thread.Join();
        Parallel.For(0, 100, i => { });
        File.WriteAllText("scratch.txt", new string('x', 100000));
        File.Copy("scratch.txt", "copy.txt", true);
        File.Delete("copy.txt");
        File.Delete("scratch.txt");
        using (var child = Process.Start(new ProcessStartInfo("/bin/true") { UseShellExecute = false }))
            child.WaitForExit();
        try { new TcpClient("127.0.0.1", 9); } catch (SocketException) { }
        new Random().Next();
        byte[][] blocks = new byte[64][];
        for (int i = 0; i < 200; i++) blocks[i % 64] = new byte[1 << 20];
        GC.Collect();
        Console.WriteLine(sum + " " + value);
    }
}
