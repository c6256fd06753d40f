namespace Gateway.Server.Configuration;

/// <summary>One thing an operator has to put right: where, what, and what to do.</summary>
/// <param name="Setting">Full name of the setting, such as <c>Peers[0]:Address</c>, or the file.</param>
/// <param name="Problem">What is wrong with it.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record Finding(string Setting, string Problem, string Remedy)
{
    public override string ToString() => $"{Setting}: {Problem}; {Remedy}";
}

/// <summary>Findings on their way to being reported all at once.</summary>
internal sealed class Findings
{
    private readonly List<Finding> _all = [];

    public IReadOnlyList<Finding> All => _all;

    public bool Any => _all.Count > 0;

    public void Add(string setting, string problem, string remedy) => _all.Add(new Finding(setting, problem, remedy));

    public void Require(bool holds, string setting, string problem, string remedy)
    {
        if (!holds)
        {
            Add(setting, problem, remedy);
        }
    }

    public void RequireFile(string path, string setting) =>
        Require(File.Exists(path), setting, $"there is no file {path}", "correct the path, or make the file (gateway certs init makes keys and certificates)");
}
