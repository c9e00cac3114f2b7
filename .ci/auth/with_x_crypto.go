// Every order of methods in which golang.org/x/crypto/ssh authenticates: PORT KEYS CARD.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/crypto/ssh"
)

var port, keys = os.Args[1], os.Args[2]

func key(kind string) ssh.AuthMethod {
	pem, err := os.ReadFile(filepath.Join(keys, kind))
	if err != nil {
		panic(err)
	}
	signer, err := ssh.ParsePrivateKey(pem)
	if err != nil {
		panic(err)
	}
	return ssh.PublicKeys(signer)
}

func run(way []ssh.AuthMethod) (string, error) {
	client, err := ssh.Dial("tcp", "127.0.0.1:"+port, &ssh.ClientConfig{
		User: "visitor", Auth: way, HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: 10 * time.Second,
	})
	if err != nil {
		return "", err
	}
	defer client.Close()
	session, err := client.NewSession()
	if err != nil {
		return "", err
	}
	said, err := session.Output("text")
	return string(said), err
}

func main() {
	card, err := os.ReadFile(os.Args[3])
	if err != nil {
		panic(err)
	}
	password := ssh.Password("x")
	keyboard := ssh.KeyboardInteractive(func(_, _ string, _ []string, _ []bool) ([]string, error) { return nil, nil })
	ways := map[string][]ssh.AuthMethod{
		"nothing": nil, "password": {password}, "keyboard-interactive": {keyboard}, "password, key": {password, key("rsa")},
	}
	for _, kind := range []string{"rsa", "ecdsa256", "ecdsa384", "ecdsa521", "ed25519"} {
		ways[kind+" key"] = []ssh.AuthMethod{key(kind)}
		ways[kind+" key, password"] = []ssh.AuthMethod{key(kind), password}
	}
	failed := 0
	for name, way := range ways {
		said, err := run(way)
		if err != nil || said != string(card) {
			failed = 1
			fmt.Printf("%s: %v, %d bytes\n", name, err, len(said))
		}
	}
	os.Exit(failed)
}
