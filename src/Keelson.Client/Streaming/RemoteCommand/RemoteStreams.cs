namespace Keelson.Client.Streaming.RemoteCommand;

/// <summary>Which streams a remote command has. With a terminal everything comes as its output; upstream refuses Stderr beside Tty.</summary>
public readonly record struct RemoteStreams(bool Stdin, bool Stdout, bool Stderr, bool Tty);

/// <summary>The size of a terminal in characters.</summary>
public readonly record struct TerminalSize(ushort Width, ushort Height);
