@echo off
rem The command line of Gateloom: builds what is missing or older than its sources, then runs it.
rem Needs Java 17 or newer (JAVA_HOME, or java on the PATH). Exit status: that of the program; 2 without
rem a suitable Java; 70 if the build fails.
setlocal EnableExtensions DisableDelayedExpansion
for %%I in ("%~dp0..") do set "GATELOOM_ROOT=%%~fI"
set "TARGET=%GATELOOM_ROOT%\java\cli\target"
set "GATELOOM_STAMP=%TARGET%\launcher.stamp"
rem NVIDIA's libraries are a profile of their own: unless asked for they are neither downloaded nor put on the class path.
set "PROFILE="
set "DOWNLOADS=about 40 MB, and on x86-64 NVIDIA's compiler for the CUDA kernels, 349 MB"
set "WANTED=%GATELOOM_CUDA_LIBRARIES%"
if "%WANTED%"=="download" if /i not "%PROCESSOR_ARCHITECTURE%"=="AMD64" (
  echo gateloom: GATELOOM_CUDA_LIBRARIES=download: cuBLAS and cuDNN come for Linux and Windows on x86-64 only, this is Windows on %PROCESSOR_ARCHITECTURE%: going on without them>&2
  set "WANTED="
)
if "%WANTED%"=="download" (
  set "PROFILE=-Pcuda-libs"
  set "DOWNLOADS=%DOWNLOADS%, and cuBLAS and cuDNN, 2 GB"
  set "GATELOOM_STAMP=%TARGET%\launcher-cuda-libs.stamp"
)

if defined JAVA_HOME (
  set "JAVA=%JAVA_HOME%\bin\java.exe"
) else (
  set "JAVA=java.exe"
)
if not defined JAVA_HOME goto onpath
if exist "%JAVA%" goto found
echo gateloom: JAVA_HOME is %JAVA_HOME%, but there is no bin\java.exe in it: point it at a JDK 17 or newer>&2
exit /b 2
:onpath
where java.exe >nul 2>&1 && goto found
echo gateloom: no java found: install a JDK 17 or newer, then set JAVA_HOME or the PATH>&2
exit /b 2

:found
rem The vector module makes the SIMD engine possible. A JVM without it still runs the others.
set "MODULES=--add-modules=jdk.incubator.vector"
"%JAVA%" %MODULES% -version >nul 2>&1 || set "MODULES="
set "VERSION="
for /f tokens^=2^ delims^=^" %%V in ('^""%JAVA%" -version 2^>^&1 ^| findstr /c:" version "^"') do if not defined VERSION set "VERSION=%%V"
set "MAJOR=0"
for /f "delims=.-+" %%M in ("%VERSION%") do set "MAJOR=%%M"
if %MAJOR% geq 17 goto recent
echo gateloom: %JAVA% is Java %VERSION%, Java 17 or newer is needed: set JAVA_HOME>&2
exit /b 2

:recent
if not exist "%GATELOOM_STAMP%" goto build
rem Folders are compared too: theirs is the time at which a file in them was last added or removed.
powershell -NoProfile -Command "$s = (Get-Item -LiteralPath $env:GATELOOM_STAMP).LastWriteTimeUtc; Set-Location -LiteralPath $env:GATELOOM_ROOT; if (Get-Item pom.xml, java\*\pom.xml, java\*\src\main, kernels\pom.xml, kernels\src | ForEach-Object { $_; if ($_.PSIsContainer) { Get-ChildItem -LiteralPath $_.FullName -Recurse } } | Where-Object { $_.LastWriteTimeUtc -gt $s } | Select-Object -First 1) { exit 1 }" && goto run
:build
echo gateloom: building; a first build also downloads its tools (%DOWNLOADS%); compiling the kernels takes some minutes>&2
if exist "%TARGET%\lib" rmdir /s /q "%TARGET%\lib"
del /q "%TARGET%\launcher*.stamp" 2>nul
if not exist "%TARGET%" mkdir "%TARGET%"
rem As old as the start of the build: what is edited meanwhile counts as newer.
type nul >"%GATELOOM_STAMP%.new"
pushd "%GATELOOM_ROOT%"
call mvnw.cmd -q -B -ntp -DskipTests -Dgateloom.skip.jars=true %PROFILE% -pl java/cli -am package >&2
set "BUILT=%ERRORLEVEL%"
popd
if not "%BUILT%"=="0" (
  echo gateloom: the build failed, see above>&2
  exit /b 70
)
move /y "%GATELOOM_STAMP%.new" "%GATELOOM_STAMP%" >nul

:run
set "LIBRARIES="
if defined PROFILE for /f "usebackq delims=" %%C in ("%TARGET%\cuda-libs.txt") do set "LIBRARIES=;%%C"
"%JAVA%" %MODULES% --enable-native-access=ALL-UNNAMED -cp "%TARGET%\gateloom-cli.jar;%TARGET%\lib\*%LIBRARIES%" dev.gateloom.cli.Gateloom %*
exit /b %ERRORLEVEL%
