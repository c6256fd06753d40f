using Gateway.Contracts.Identification.V1;
using Gateway.Server.Tests.Nodes;
using Google.Protobuf;
using Grpc.Core;

namespace Gateway.Server.Tests.Mappings;

public sealed class LookUpTests(RealPair pair) : IClassFixture<RealPair>
{
    private static readonly Dictionary<string, LookUpMappingRequest> OutOfBounds = new()
    {
        ["no key"] = new LookUpMappingRequest { Purpose = Some.Purpose },
        ["an empty pseudonym"] = new LookUpMappingRequest { Pseudonym = ByteString.Empty, Purpose = Some.Purpose },
        ["a short pseudonym"] = new LookUpMappingRequest { Pseudonym = ByteString.CopyFrom(new byte[15]), Purpose = Some.Purpose },
        ["a long pseudonym"] = new LookUpMappingRequest { Pseudonym = ByteString.CopyFrom(new byte[33]), Purpose = Some.Purpose },
        ["no purpose"] = new LookUpMappingRequest { Pseudonym = Some.Id() },
        ["a long purpose"] = new LookUpMappingRequest { Pseudonym = Some.Id(), Purpose = new string('p', 65) },
        ["a short handle"] = new LookUpMappingRequest { SubjectHandle = ByteString.CopyFrom(new byte[15]) },
    };

    public static TheoryData<string> Faults => [.. OutOfBounds.Keys];

    private Identification.IdentificationClient Alpha => pair.Alpha.MappingBackend;

    private Identification.IdentificationClient Beta => pair.Beta.MappingBackend;

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_look_up_out_of_its_bounds_is_refused(string fault) =>
        await Refused.WithAsync(StatusCode.InvalidArgument, "FIELD_INVALID", async () => await Alpha.LookUpMappingAsync(OutOfBounds[fault]));

    /// <summary>What a backend learns from a refusal must not depend on what exists.</summary>
    [Fact]
    public async Task Unknown_forbidden_and_erased_cannot_be_told_apart()
    {
        var bound = await Alpha.BindIdentityAsync(Some.Binding());
        var kept = await ReceiptedAsync(bound.BindingId);
        var goneBinding = await Alpha.BindIdentityAsync(Some.Binding(request => request.IdentityReference.Value = "+82-10-5550-0888"));
        var gone = await ReceiptedAsync(goneBinding.BindingId);
        await Alpha.EraseIdentityAsync(new EraseIdentityRequest { BindingId = goneBinding.BindingId });
        await RealPair.DrainedAsync(pair.Alpha);

        var unknown = await SeenAsync(new LookUpMappingRequest { Pseudonym = Some.Id(), Purpose = Some.Purpose });
        var forbidden = await SeenAsync(new LookUpMappingRequest { Pseudonym = kept.Pseudonym, Purpose = "advertising" });
        var erased = await SeenAsync(new LookUpMappingRequest { Pseudonym = gone.Pseudonym, Purpose = Some.Purpose });

        Assert.Equal([unknown, unknown], [forbidden, erased]);
    }

    [Fact]
    public async Task A_handle_of_nobody_and_one_that_was_erased_cannot_be_told_apart()
    {
        var request = Some.Binding();
        var bound = await Alpha.BindIdentityAsync(request);
        await Alpha.EraseIdentityAsync(new EraseIdentityRequest { BindingId = bound.BindingId });

        var unknown = await Refused.ByAsync(async () => await Alpha.LookUpMappingAsync(new LookUpMappingRequest { SubjectHandle = Some.Id() }));
        var erased = await Refused.ByAsync(async () => await Alpha.LookUpMappingAsync(new LookUpMappingRequest { SubjectHandle = request.SubjectHandle }));

        Assert.Equal("MAPPING_NOT_FOUND", Refused.CodeOf(unknown));
        Assert.Equal(Refused.Seen(unknown), Refused.Seen(erased));
    }

    [Fact]
    public async Task A_handle_of_the_sender_finds_nothing_at_the_peer()
    {
        var request = Some.Binding();
        var bound = await Alpha.BindIdentityAsync(request);
        await ReceiptedAsync(bound.BindingId);

        await Refused.WithAsync(
            StatusCode.NotFound, "MAPPING_NOT_FOUND", async () => await Beta.LookUpMappingAsync(new LookUpMappingRequest { SubjectHandle = request.SubjectHandle }));
    }

    private async Task<ShareMappingResponse> ReceiptedAsync(ByteString bindingId)
    {
        var shared = await Alpha.ShareMappingAsync(Some.Sharing(bindingId));
        await RealPair.ReceiptedAsync(Alpha, shared);
        return shared;
    }

    private async Task<string> SeenAsync(LookUpMappingRequest request) => Refused.Seen(await Refused.ByAsync(async () => await Beta.LookUpMappingAsync(request)));
}
