using System.Text;
using System.Text.RegularExpressions;
using Gateway.TestKit;

namespace Gateway.Fuzz.Mutation;

/// <summary>Changes tokens of a text: JSON or PEM.</summary>
internal static partial class TextMutation
{
    private static readonly string[] Words =
    [
        "null", "true", "-1", "0", "1e400", "-0.0", "9223372036854775808", "\"\"", "[]", "{}", "\"\\u0000\"", "\"\\ud800\"", "\"../../etc/passwd\"", "\"NaN\"", "0001-01-01T00:00:00Z",
        "\"9999-12-31T23:59:59Z\"", "/*", "//", ",", ":", "-----BEGIN CMS-----", "-----END CMS-----", "====", "\r\n", "\uFEFF",
    ];

    public static byte[] Mutate(SeededGenerator choice, byte[] input, byte[] other)
    {
        var tokens = Tokens().Matches(Encoding.Latin1.GetString(input)).Select(match => match.Value).ToList();
        if (tokens.Count == 0)
        {
            return ByteMutation.Once(choice, input, other);
        }

        for (var rounds = choice.Next(1, 4); rounds > 0 && tokens.Count > 0; rounds--)
        {
            Change(choice, tokens);
        }

        return Encoding.Latin1.GetBytes(string.Concat(tokens));
    }

    private static void Change(SeededGenerator choice, List<string> tokens)
    {
        var index = choice.Next(0, tokens.Count);
        switch (choice.Next(0, 7))
        {
            case 0:
                tokens.RemoveAt(index);
                break;
            case 1:
                tokens.Insert(index, tokens[choice.Next(0, tokens.Count)]);
                break;
            case 2:
                tokens[index] = Words[choice.Next(0, Words.Length)];
                break;
            case 3:
                tokens[index] = tokens[choice.Next(0, tokens.Count)];
                break;
            case 4:
                tokens[index] = new string('[', choice.Next(1, 3000)) + tokens[index];
                break;
            case 5:
                tokens[index] += new string(tokens[index][^1], choice.Next(1, 2000));
                break;
            default:
                tokens[index] = Encoding.Latin1.GetString(ByteMutation.Once(choice, Encoding.Latin1.GetBytes(tokens[index]), [0]));
                break;
        }

        tokens.RemoveAll(token => token.Length == 0); // a round that shortens a token away leaves none for the next round to look into
    }

    [GeneratedRegex("""
        "[^"]*"|[-+.\w]+|\s+|.
        """, RegexOptions.Singleline)]
    private static partial Regex Tokens();
}
