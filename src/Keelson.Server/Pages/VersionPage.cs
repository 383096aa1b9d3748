using System.Runtime.InteropServices;
using Keelson.Api.Json;
using Keelson.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Keelson.Server.Pages;

/// <summary>Which Kubernetes this is: /version.</summary>
internal sealed class VersionPage : IPage
{
    public const string GitVersion = "v1.36.0+keelson";

    private static readonly (string Name, string Value)[] Fields =
    [
        ("major", "1"),
        ("minor", "36"),
        ("emulationMajor", "1"),
        ("emulationMinor", "36"),
        ("minCompatibilityMajor", "1"),
        ("minCompatibilityMinor", "35"),
        ("gitVersion", GitVersion),
        ("gitCommit", ""),
        ("gitTreeState", "clean"),
        ("buildDate", "1970-01-01T00:00:00Z"),
        ("goVersion", ""),
        ("compiler", "dotnet"),
        ("platform", $"{(OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux")}/{Architecture()}"),
    ];

    public async ValueTask<bool> TryAnswerAsync(HttpContext http, RequestInfo info)
    {
        if (info.Path.TrimEnd('/') != "/version") return false;
        await Answers.BytesAsync(http, 200, MediaTypes.Json, Write()).ConfigureAwait(false);
        return true;
    }

    private static byte[] Write()
    {
        using var writer = new JsonWriter();
        writer.BeginObject();
        foreach (var (name, value) in Fields)
        {
            writer.Name(name);
            writer.String(value);
        }

        writer.EndObject();
        return writer.ToArray();
    }

    private static string Architecture() => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => "amd64",
        System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
        var other => other.ToString().ToLowerInvariant(),
    };
}
