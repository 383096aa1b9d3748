namespace Keelson.Storage.Tests;

/// <summary>A directory that goes away with the test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("keelson-store-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>A path below that nothing is at yet.</summary>
    public string New() => this[System.IO.Path.GetRandomFileName()];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
