// @EXPECTED_RESULTS@: COMPILER-ERROR
public static class Missing
{
    public static void Main()
    {
        Console.WriteLine("using System; is missing");
    }
}
