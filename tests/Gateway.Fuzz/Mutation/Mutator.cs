using Gateway.TestKit;

namespace Gateway.Fuzz.Mutation;

/// <summary>Makes one mutant out of good inputs.</summary>
internal delegate byte[] Mutator(SeededGenerator choice, IReadOnlyList<byte[]> seeds);

/// <summary>Mutators by the structure of what they change. Each also falls back on plain bytes, which find what structure hides.</summary>
internal static class Mutators
{
    /// <summary>ASN.1 DER: edits of elements with lengths put right, wrong lengths, and plain bytes.</summary>
    public static byte[] Der(SeededGenerator choice, IReadOnlyList<byte[]> seeds) =>
        choice.Next(0, 3) == 0 ? Bytes(choice, seeds) : DerMutation.Mutate(choice, Pick(choice, seeds), Pick(choice, seeds));

    /// <summary>Protocol buffers: edits of fields with lengths put right, and plain bytes.</summary>
    public static byte[] Protobuf(SeededGenerator choice, IReadOnlyList<byte[]> seeds) =>
        choice.Next(0, 3) == 0 ? Bytes(choice, seeds) : ProtobufMutation.Mutate(choice, Pick(choice, seeds), depth: 0);

    /// <summary>JSON and PEM: edits of tokens, and plain bytes.</summary>
    public static byte[] Text(SeededGenerator choice, IReadOnlyList<byte[]> seeds) =>
        choice.Next(0, 3) == 0 ? Bytes(choice, seeds) : TextMutation.Mutate(choice, Pick(choice, seeds), Pick(choice, seeds));

    /// <summary>No structure known: bits, cuts, splices, repeats, numbers at their bounds.</summary>
    public static byte[] Bytes(SeededGenerator choice, IReadOnlyList<byte[]> seeds)
    {
        var input = Pick(choice, seeds);
        for (var rounds = 1 << choice.Next(0, 4); rounds > 0; rounds--)
        {
            input = ByteMutation.Once(choice, input, Pick(choice, seeds));
        }

        return input;
    }

    private static byte[] Pick(SeededGenerator choice, IReadOnlyList<byte[]> seeds) => seeds[choice.Next(0, seeds.Count)];
}
