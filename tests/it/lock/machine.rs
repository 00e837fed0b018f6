//! The home of the emulated board that a lock runs on: its line, its power, and its memory.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::server::from_environment;

/// Longer than anything takes, however busy this machine is.
const PATIENCE: Duration = Duration::from_mins(2);

const FLASH: (u32, u32) = (0, 0x4_0000);
const RAM: (u32, u32) = (0x2000_0000, 0x4000);

/// A micro:bit with power. Killed on drop.
pub(crate) struct Machine {
    process: Child,
    line: ChildStdin,
    said: Receiver<String>,
    control: Control,
    folder: PathBuf,
}

impl Machine {
    /// Gives a board power whose flash has this content, and waits until the lock is ready.
    pub(crate) fn start(folder: &Path, flash: &[u8]) -> Self {
        Self::start_typing(folder, flash, "")
    }

    /// The same, with somebody at the keys from the first moment. The emulated processor takes 64
    /// ns for each instruction, so that its time does not depend on how busy this machine is while
    /// it has something to do.
    pub(crate) fn start_typing(folder: &Path, flash: &[u8], keys: &str) -> Self {
        let image = folder.join("flash.bin");
        fs::write(&image, flash).expect("the folder is ours");
        let socket = folder.join("qmp");
        let _ = fs::remove_file(&socket);
        let mut process = Command::new("qemu-system-arm")
            .args(["-machine", "microbit", "-display", "none"])
            .args(["-monitor", "none", "-serial", "stdio"])
            .args(["-icount", "shift=6,sleep=on"])
            .arg("-qmp")
            .arg(format!("unix:{},server=on,wait=off", socket.display()))
            .arg("-kernel")
            .arg(&image)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("`cargo xtask setup` installs qemu-system-arm");
        let line = process.stdin.take().expect("it is piped");
        let output = process.stdout.take().expect("it is piped");
        let (sender, said) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let control = Control::connect(&socket);
        let folder = folder.to_owned();
        let mut machine = Self {
            process,
            line,
            said,
            control,
            folder,
        };
        machine.send(keys);
        assert_eq!(machine.hear(), "lock ready");
        machine
    }

    /// Sends text down the line.
    pub(crate) fn send(&mut self, text: &str) {
        let sent = self.line.write_all(text.as_bytes());
        sent.and_then(|()| self.line.flush())
            .expect("the board has power");
    }

    /// The next line that it says.
    pub(crate) fn hear(&mut self) -> String {
        self.said
            .recv_timeout(PATIENCE)
            .expect("the lock says something")
    }

    /// A command of the service port, and the lines of its answer before `ok`, or what follows
    /// `err`.
    pub(crate) fn command(&mut self, command: &str) -> Result<Vec<String>, String> {
        self.send(&format!("{command}\n"));
        let mut lines = Vec::new();
        loop {
            let line = self.hear();
            if line == "ok" {
                return Ok(lines);
            }
            if let Some(why) = line.strip_prefix("err ") {
                return Err(why.to_owned());
            }
            // A door may shut meanwhile, which is no part of the answer.
            if !line.starts_with("show ") {
                lines.push(line);
            }
        }
    }

    /// What the display shows in the end when these keys were pressed, and how the door stands.
    pub(crate) fn press(&mut self, keys: &str) -> String {
        self.send(keys);
        loop {
            let line = self.hear();
            let shown = line.strip_prefix("show ").expect("a message");
            // The last is of a door that shut meanwhile.
            let passing = ["user", "pin", "code", "checking", "ready"];
            if !passing.iter().any(|word| shown.starts_with(word)) {
                return shown.to_owned();
            }
        }
    }

    /// The working memory.
    pub(crate) fn memory(&mut self) -> Vec<u8> {
        self.dump(RAM)
    }

    /// Cuts the power. Gives what is in the flash at that moment, and what the lock said before.
    pub(crate) fn cut(mut self) -> (Vec<u8>, Vec<String>) {
        self.control.execute("stop", &json!({}));
        let flash = self.dump(FLASH);
        self.process.kill().expect("it runs");
        self.process.wait().expect("it was started");
        let rest = self.said.iter().collect();
        (flash, rest)
    }

    fn dump(&mut self, (start, length): (u32, u32)) -> Vec<u8> {
        let path = self.folder.join("dump.bin");
        let arguments = json!({"val": start, "size": length, "filename": path.to_string_lossy()});
        self.control.execute("memsave", &arguments);
        fs::read(path).expect("the emulator wrote it")
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The flash of a board that has just been programmed.
pub(crate) fn factory_flash() -> Vec<u8> {
    let path = from_environment("COUNTERSIGN_LOCK_FIRMWARE");
    let flash = fs::read(&path).expect("COUNTERSIGN_LOCK_FIRMWARE names an image");
    assert_eq!(flash.len(), 0x4_0000, "all of the flash");
    flash
}

/// The emulator's machine protocol.
struct Control {
    reader: BufReader<UnixStream>,
    writer: UnixStream,
}

impl Control {
    fn connect(socket: &Path) -> Self {
        let until = Instant::now() + PATIENCE;
        let writer = loop {
            match UnixStream::connect(socket) {
                Ok(stream) => break stream,
                Err(error) => assert!(Instant::now() < until, "{error}"),
            }
            thread::sleep(Duration::from_millis(10));
        };
        let reader = BufReader::new(writer.try_clone().expect("a socket"));
        let mut control = Self { reader, writer };
        control.answer();
        control.execute("qmp_capabilities", &json!({}));
        control
    }

    fn execute(&mut self, command: &str, arguments: &Value) {
        let command = json!({"execute": command, "arguments": arguments});
        writeln!(self.writer, "{command}").expect("the emulator runs");
        loop {
            let answer = self.answer();
            assert!(answer.get("error").is_none(), "{command}: {answer}");
            if answer.get("return").is_some() {
                return;
            }
        }
    }

    fn answer(&mut self) -> Value {
        let mut line = String::new();
        self.reader.read_line(&mut line).expect("the emulator runs");
        serde_json::from_str(&line).expect("JSON")
    }
}
