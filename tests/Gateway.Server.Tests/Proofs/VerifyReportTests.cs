using Gateway.Server.Commands;

namespace Gateway.Server.Tests.Proofs;

public sealed class VerifyReportTests
{
    [Fact]
    public void Text_of_what_is_checked_cannot_forge_a_line_of_the_report()
    {
        var report = new VerifyReport();
        report.Notes("model a\r\nholds         b\u001b[2Kc\u2028d\u202Ee\u0085f");
        using var output = new StringWriter { NewLine = "\n" };

        report.Write(output);

        Assert.Equal("              model a??holds         b?[2Kc?d?e?f\nEverything that was checked holds.\n".Replace('?', '\uFFFD'), output.ToString());
    }
}
