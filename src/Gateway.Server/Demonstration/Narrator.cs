namespace Gateway.Server.Demonstration;

/// <summary>Tells what happens, as it happens, in words.</summary>
internal sealed class Narrator(TextWriter output)
{
    private int _step;

    public void Step(string what) => output.WriteLine($"\n{++_step}. {what}");

    public void Tell(string what) => output.WriteLine($"   {what}");
}
