using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.Server.Tests.Nodes;
using Google.Protobuf;
using Grpc.Core;

namespace Gateway.Server.Tests.Mappings;

public sealed class BindingTests(RealPair pair) : IClassFixture<RealPair>
{
    private static readonly Dictionary<string, Action<BindIdentityRequest>> OutOfBounds = new()
    {
        ["no handle"] = request => request.SubjectHandle = ByteString.Empty,
        ["a short handle"] = request => request.SubjectHandle = ByteString.CopyFrom(new byte[15]),
        ["a long handle"] = request => request.SubjectHandle = ByteString.CopyFrom(new byte[17]),
        ["no reference"] = request => request.IdentityReference = null,
        ["an empty reference"] = request => request.IdentityReference.Value = "",
        ["a long reference"] = request => request.IdentityReference.Value = new string('1', 129),
        ["a reference of no kind"] = request => request.IdentityReference.Type = IdentityReferenceType.Unspecified,
        ["a reference of an unknown kind"] = request => request.IdentityReference.Type = (IdentityReferenceType)99,
        ["no method"] = request => request.BindingMethod = BindingMethod.Unspecified,
        ["an unknown method"] = request => request.BindingMethod = (BindingMethod)99,
        ["a confidence above one"] = request => request.BindingConfidence = 1.01f,
        ["a negative confidence"] = request => request.BindingConfidence = -0.01f,
        ["a confidence that is no number"] = request => request.BindingConfidence = float.NaN,
        ["no consent"] = request => request.Consent = null,
        ["an empty consent record"] = request => request.Consent.RecordId = "",
        ["a long consent record"] = request => request.Consent.RecordId = new string('c', 65),
        ["an empty notice"] = request => request.Consent.NoticeVersion = "",
        ["a long notice"] = request => request.Consent.NoticeVersion = new string('n', 33),
        ["a consent that ended before time began"] = request => request.Consent.ExpiresAtS = -1,
        ["a consent beyond the year 9999"] = request => request.Consent.ExpiresAtS = long.MaxValue,
        ["megabytes of fields nobody knows"] = request => request.MergeFrom(UnknownField(2 * 1024 * 1024)),
    };

    public static TheoryData<string> Faults => [.. OutOfBounds.Keys];

    private Identification.IdentificationClient Backend => pair.Alpha.MappingBackend;

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_binding_out_of_its_bounds_is_refused(string fault) =>
        await Refused.WithAsync(StatusCode.InvalidArgument, "FIELD_INVALID", async () => await Backend.BindIdentityAsync(Some.Binding(OutOfBounds[fault])));

    [Fact]
    public async Task A_handle_is_not_bound_to_two_persons()
    {
        var first = Some.Binding();
        await Backend.BindIdentityAsync(first);

        var other = first.Clone();
        other.IdentityReference.Value = "+82-10-5550-0002";

        await Refused.WithAsync(StatusCode.AlreadyExists, "HANDLE_ALREADY_BOUND", async () => await Backend.BindIdentityAsync(other));
    }

    [Fact]
    public async Task A_handle_that_was_erased_is_not_bound_again()
    {
        var request = Some.Binding();
        var bound = await Backend.BindIdentityAsync(request);
        await Backend.EraseIdentityAsync(new EraseIdentityRequest { BindingId = bound.BindingId });

        await Refused.WithAsync(StatusCode.AlreadyExists, "HANDLE_ALREADY_BOUND", async () => await Backend.BindIdentityAsync(request));
    }

    [Fact]
    public async Task The_same_binding_twice_is_one_binding()
    {
        var request = Some.Binding();

        var first = await Backend.BindIdentityAsync(request);
        var second = await Backend.BindIdentityAsync(request);

        Assert.Equal(first.BindingId, second.BindingId);
    }

    [Fact]
    public async Task What_was_bound_is_found_by_its_handle()
    {
        var request = Some.Binding();
        var bound = await Backend.BindIdentityAsync(request);

        var found = await Backend.LookUpMappingAsync(new LookUpMappingRequest { SubjectHandle = request.SubjectHandle });

        var mapping = Assert.Single(found.Mappings);
        Assert.Equal((bound.BindingId, request.IdentityReference), (mapping.MappingId, mapping.IdentityReference));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    public async Task An_erasure_of_something_that_is_no_identifier_is_refused(int bytes) =>
        await Refused.WithAsync(
            StatusCode.InvalidArgument, "FIELD_INVALID", async () => await Backend.EraseIdentityAsync(new EraseIdentityRequest { BindingId = ByteString.CopyFrom(new byte[bytes]) }));

    [Fact]
    public async Task Erasing_twice_is_harmless()
    {
        var bound = await Backend.BindIdentityAsync(Some.Binding());
        var request = new EraseIdentityRequest { BindingId = bound.BindingId };

        var first = await Backend.EraseIdentityAsync(request);
        var second = await Backend.EraseIdentityAsync(request);

        Assert.Equal(first, second);
    }

    // Field 1000, length-delimited: what a newer backend might send.
    private static byte[] UnknownField(int bytes)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(1000, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(new byte[bytes]));
        }

        return stream.ToArray();
    }
}
