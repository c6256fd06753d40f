using System.Collections.Concurrent;
using Gateway.Contracts.Identification.V1;
using Gateway.Server.Tests.Nodes;
using Grpc.Core;

namespace Gateway.Server.Tests.Mappings;

/// <summary>A backend that walks through pseudonyms .</summary>
public sealed class LookUpScanTests : IAsyncDisposable
{
    private const int Allowed = 50;
    private const int Asked = 400;
    private const int AtOnce = 16;

    private readonly RealNode _alpha = new(Providers.Alpha) { LookUpMissesPerMinuteMax = Allowed };

    public ValueTask DisposeAsync() => _alpha.DisposeAsync();

    [Fact]
    public async Task A_scan_is_cut_off_and_the_operator_is_told_once()
    {
        await _alpha.StartedAsync();
        var backend = _alpha.MappingBackend;
        var started = TimeProvider.System.GetTimestamp();

        var codes = await ScanAsync(backend);

        var refilled = (int)(TimeProvider.System.GetElapsedTime(started).TotalMinutes * Allowed) + 1;
        Assert.InRange(codes.Count(code => code == "MAPPING_NOT_FOUND"), Allowed, Allowed + refilled);
        Assert.Equal(Asked, codes.Count(code => code is "MAPPING_NOT_FOUND" or "LOOK_UPS_CUT_OFF"));
        Assert.Single(_alpha.Log.Entries, entry => entry.Event == "LookUpsCutOff");
    }

    [Fact]
    public async Task While_it_is_cut_off_a_backend_cannot_tell_what_exists_from_what_does_not()
    {
        await _alpha.StartedAsync();
        var backend = _alpha.MappingBackend;
        var bound = Some.Binding();
        await backend.BindIdentityAsync(bound);
        await ScanAsync(backend);

        var unknown = await Refused.ByAsync(async () => await backend.LookUpMappingAsync(new LookUpMappingRequest { SubjectHandle = Some.Id() }));
        var known = await Refused.ByAsync(async () => await backend.LookUpMappingAsync(new LookUpMappingRequest { SubjectHandle = bound.SubjectHandle }));

        Assert.Equal(StatusCode.ResourceExhausted, unknown.StatusCode);
        Assert.Equal(Refused.Seen(unknown), Refused.Seen(known));
    }

    [Fact]
    public async Task Look_ups_that_are_refused_for_another_reason_cost_nothing()
    {
        await _alpha.StartedAsync();
        var backend = _alpha.MappingBackend;
        for (var asked = 0; asked < 2 * Allowed; asked++)
        {
            await Refused.WithAsync(
                StatusCode.InvalidArgument, "FIELD_INVALID", async () => await backend.LookUpMappingAsync(new LookUpMappingRequest()));
        }

        Assert.Equal("MAPPING_NOT_FOUND", await AskAsync(backend));
    }

    private static async Task<ConcurrentBag<string>> ScanAsync(Identification.IdentificationClient backend)
    {
        var codes = new ConcurrentBag<string>();
        await Parallel.ForAsync(0, Asked, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, _) => codes.Add(await AskAsync(backend)));
        return codes;
    }

    private static async Task<string> AskAsync(Identification.IdentificationClient backend) => "" + Refused.CodeOf(await Refused.ByAsync(
        async () => await backend.LookUpMappingAsync(new LookUpMappingRequest { Pseudonym = Some.Id(), Purpose = Some.Purpose })));
}
