using Gateway.Fuzz.Targets;
using Gateway.TestKit;

namespace Gateway.Fuzz;

/// <summary>Every parser of foreign bytes. A new parser is one more line in its group.</summary>
internal sealed class FuzzTargets : IDisposable
{
    private readonly FuzzKeys _alpha = new("xvide://alpha/a1");
    private readonly FuzzKeys _beta = new("xvide://beta/b1");
    private readonly TempFolder _folder = new();

    public FuzzTargets()
    {
        var sealing = new SealingTargets(_alpha, _beta);
        var exchange = new ExchangeTargets(_alpha, _beta);
        All = [.. sealing.All, .. exchange.All, .. MediaTargets.All, .. new FileTargets(_folder.Path).All];
    }

    public IReadOnlyList<FuzzTarget> All { get; }

    public void Dispose()
    {
        _alpha.Dispose();
        _beta.Dispose();
        _folder.Dispose();
    }
}
