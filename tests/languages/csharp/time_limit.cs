class Program
{
    static void Main()
    {
        for (int i = 0; ; i++) { }
    }
}
