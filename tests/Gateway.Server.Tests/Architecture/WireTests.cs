using System.Text;
using Gateway.Contracts.Admin.V1;
using Gateway.Contracts.Deidentification.V1;
using Gateway.Contracts.Exchange.V1;
using Gateway.Contracts.Identification.V1;
using Gateway.TestKit;
using Google.Protobuf.Reflection;

namespace Gateway.Server.Tests.Architecture;

public sealed class WireTests
{
    private static readonly FileDescriptor[] Files =
    [
        AdminReflection.Descriptor, DeidentificationReflection.Descriptor, ExchangeReflection.Descriptor, IdentificationReflection.Descriptor, MappingReflection.Descriptor,
    ];

    [Fact]
    public void A_change_of_the_wire_is_seen_in_review()
    {
        var wire = string.Concat(Files.OrderBy(file => file.Name, StringComparer.Ordinal).Select(Describe));

        Snapshot.Matches(wire, "tests", "Gateway.Server.Tests", "Architecture", "wire.snapshot.txt");
    }

    [Fact]
    public void Media_messages_cannot_carry_identification_information()
    {
        Assert.Empty(DeidentificationReflection.Descriptor.Dependencies);
    }

    [Fact]
    public void Every_message_field_value_and_call_of_the_protos_is_documented()
    {
        var undocumented = Directory
            .EnumerateFiles(Repository.PathOf("protos"), "*.proto", SearchOption.AllDirectories)
            .SelectMany(file => Undocumented(Path.GetFileName(file), File.ReadAllLines(file)));

        Assert.Empty(undocumented);
    }

    private static IEnumerable<string> Undocumented(string file, string[] lines)
    {
        for (var i = 1; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            var declares = line.EndsWith(';') && line.Contains(" = ", StringComparison.Ordinal) && !line.StartsWith("option", StringComparison.Ordinal);
            declares |= line.StartsWith("message ", StringComparison.Ordinal) || line.StartsWith("enum ", StringComparison.Ordinal);
            declares |= line.StartsWith("service ", StringComparison.Ordinal) || line.StartsWith("rpc ", StringComparison.Ordinal);
            if (declares && line.StartsWith("//", StringComparison.Ordinal) is false && !lines[i - 1].TrimStart().StartsWith("//", StringComparison.Ordinal))
            {
                yield return $"{file}:{i + 1}: {line}";
            }
        }
    }

    private static string Describe(FileDescriptor file)
    {
        var text = new StringBuilder().AppendLine($"file {file.Name}");
        foreach (var service in file.Services)
        {
            foreach (var method in service.Methods)
            {
                text.AppendLine($"  rpc {service.FullName}/{method.Name} {Stream(method.IsClientStreaming)}{method.InputType.FullName} -> {Stream(method.IsServerStreaming)}{method.OutputType.FullName}");
            }
        }

        foreach (var message in file.MessageTypes)
        {
            foreach (var field in message.Fields.InFieldNumberOrder())
            {
                text.AppendLine($"  {message.FullName} {field.FieldNumber} {(field.IsRepeated ? "repeated " : "")}{Type(field)} {field.Name}{(field.ContainingOneof is { } oneof ? $" in {oneof.Name}" : "")}");
            }
        }

        foreach (var value in file.EnumTypes.SelectMany(type => type.Values))
        {
            text.AppendLine($"  {value.FullName} {value.Number}");
        }

        return text.ToString();
    }

    private static string Stream(bool streams) => streams ? "stream " : "";

    private static string Type(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Message => field.MessageType.FullName,
        FieldType.Enum => field.EnumType.FullName,
        _ => field.FieldType.ToString(),
    };
}
