namespace Gateway.Server.Commands;

/// <summary>What a command tells the shell.</summary>
internal static class ExitCode
{
    /// <summary>Everything asked for was done and holds.</summary>
    public const int Done = 0;

    /// <summary>Something asked for does not hold, or was refused; the output says what.</summary>
    public const int NotHolding = 1;

    /// <summary>The command could not start: a file or setting is wrong.</summary>
    public const int Unusable = 2;
}
