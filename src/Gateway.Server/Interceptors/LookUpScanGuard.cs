using System.Collections.Frozen;
using Gateway.Sealing.Certificates;
using Gateway.Server.Configuration;
using Gateway.Server.Endpoints;
using Gateway.Server.Listeners;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Gateway.Server.Interceptors;

/// <summary>
/// Cuts off a backend that asks for what is not there: whoever walks through pseudonyms learns little, and the operator hears of it. Answers
/// that find something cost nothing. While a backend is cut off it is refused what exists as well as what does not: the refusal tells nothing.
/// </summary>
internal sealed class LookUpScanGuard : Interceptor
{
    private const string Service = "/gateway.identification.v1.Identification/";
    private static readonly FrozenSet<string> LookUps = [Service + "LookUpMapping", Service + "GetMappingProof"];

    private readonly FrozenDictionary<GatewayUri, Allowance> _backends;
    private readonly ILogger<LookUpScanGuard> _log;

    public LookUpScanGuard(IReadOnlyList<BackendSettings> backends, TimeProvider time, ILogger<LookUpScanGuard> log)
    {
        _log = log;
        _backends = backends.ToFrozenDictionary(
            backend => GatewayUri.Parse(backend.Identity),
            backend => new Allowance(backend.LookUpMissesPerMinuteMax, time));
    }

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        if (!LookUps.Contains(context.Method) || CallerOf(context) is not { } caller || !_backends.TryGetValue(caller, out var allowance))
        {
            return await continuation(request, context);
        }

        // Taken before and given back: a thousand look-ups at once must not all pass before the first has missed.
        if (!allowance.Misses.TryTake(1))
        {
            Alarm(caller, allowance);
            throw Refusal.Busy("LOOK_UPS_CUT_OFF", "this backend asked too often for what is not there; wait a minute, and find out what asks");
        }

        var isMiss = false;
        try
        {
            return await continuation(request, context);
        }
        catch (RpcException refused)
        {
            isMiss = refused.StatusCode == StatusCode.NotFound;
            throw;
        }
        finally
        {
            if (!isMiss)
            {
                allowance.Misses.GiveBack(1);
            }
        }
    }

    private static GatewayUri? CallerOf(ServerCallContext context) =>
        context.GetHttpContext().Connection.ClientCertificate is { } certificate ? SubjectUri.Of(certificate) : null;

    // Once a minute: a scan is thousands of calls, and a log that is full hides the next alarm.
    private void Alarm(GatewayUri caller, Allowance allowance)
    {
        if (allowance.Alarms.TryTake(1))
        {
            _log.LookUpsCutOff(caller);
        }
    }

    private sealed class Allowance(int missesPerMinute, TimeProvider time)
    {
        private const double SecondsPerMinute = 60;

        public Pace Misses { get; } = new(missesPerMinute / SecondsPerMinute, missesPerMinute, time);

        public Pace Alarms { get; } = new(1 / SecondsPerMinute, 1, time);
    }
}
