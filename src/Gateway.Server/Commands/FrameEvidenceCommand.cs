using System.CommandLine;
using Google.Protobuf;

namespace Gateway.Server.Commands;

/// <summary><c>gateway evidence frame</c>: takes the evidence of one frame out of that of its stream, to be given away with the frame.</summary>
internal static class FrameEvidenceCommand
{
    public static Command Create()
    {
        var evidence = new Argument<FileInfo>("EVIDENCE") { Description = "Evidence of the stream, as its client kept it." };
        var output = new Argument<FileInfo>("OUTPUT") { Description = "File to write; an existing one is kept." };
        var frame = new Option<ulong>("--frame") { Description = "Number of the frame as it was given to the stream.", Required = true };
        var parts = new Option<DirectoryInfo?>("--parts") { Description = "Folder to write the same to in parts, for checks without this program (deploy/EVIDENCE.md)." };
        var command = new Command("frame", "Take the evidence of one frame out of the evidence of its stream: it can be checked against the signed root without the other frames.")
        {
            evidence, output, frame, parts,
        };
        command.SetAction(parsed =>
        {
            var console = parsed.InvocationConfiguration;
            var (from, to, number) = (parsed.GetRequiredValue(evidence), parsed.GetRequiredValue(output), parsed.GetValue(frame));
            try
            {
                var (found, covered) = FrameEvidenceFile.Extract(from.FullName, number);
                FrameEvidenceFile.Write(to.FullName, found);
                if (parsed.GetValue(parts) is { } folder)
                {
                    FrameEvidenceFile.WriteParts(folder.FullName, found, covered);
                }

                console.Output.WriteLine($"the evidence of frame {number} is in {to.FullName}; check it with: gateway verify {to.Name} --media FRAME --anchors ROOT");
                return ExitCode.Done;
            }
            catch (InvalidProtocolBufferException)
            {
                console.Error.WriteLine($"{from.FullName} cannot be read: an entry is damaged");
                return ExitCode.Unusable;
            }
            catch (Exception refused) when (refused is IOException or InvalidDataException or UnauthorizedAccessException)
            {
                console.Error.WriteLine(refused.Message);
                return ExitCode.Unusable;
            }
        });
        return command;
    }
}
