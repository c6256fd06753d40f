using Gateway.Exchange;
using Gateway.Exchange.Agreements;

namespace Gateway.Server.Hosting;

/// <summary>Looks once a minute whether an agreement has begun or ended, for the evidence.</summary>
internal sealed class AgreementJob(AgreementWatch watch, TimeProvider time, ILogger<AgreementJob> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await watch.LookAsync(cancellationToken);
            }
            catch (StoreUnavailableException unavailable)
            {
                log.AgreementsNotOnRecord(unavailable.Reason);
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }
}
